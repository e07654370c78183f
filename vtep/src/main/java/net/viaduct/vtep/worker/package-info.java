/** More threads that forward what is known; one owner for everything else. */
package net.viaduct.vtep.worker;
