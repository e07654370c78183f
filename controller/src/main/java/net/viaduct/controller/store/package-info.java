/**
 * Where a controller keeps what should be: revisioned values, and a contract that several stores
 * fulfil.
 */
package net.viaduct.controller.store;
