/** The controller as a program, and the commands that ask one. */
package net.viaduct.cli.controller;
