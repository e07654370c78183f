/** What hosts are told, and what they tell: facts, in the order in which the store changes. */
package net.viaduct.controller.subscription;
