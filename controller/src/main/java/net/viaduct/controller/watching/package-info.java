/** Which host watches which, and what follows from what they hear. */
package net.viaduct.controller.watching;
