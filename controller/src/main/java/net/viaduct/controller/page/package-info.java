/** The page for people: its files, which ask the API for everything else. */
package net.viaduct.controller.page;
