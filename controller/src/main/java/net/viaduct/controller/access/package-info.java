/** Who may do what: roles, tokens, certificates, and how often. */
package net.viaduct.controller.access;
