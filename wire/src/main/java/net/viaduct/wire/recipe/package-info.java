/** Frames in words, and the bytes that a machine would send. */
package net.viaduct.wire.recipe;
