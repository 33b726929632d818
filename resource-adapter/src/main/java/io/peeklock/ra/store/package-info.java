/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Where an adapter gets its connections from, whichever class loader of the JVM has the store open. */
@NullMarked
package io.peeklock.ra.store;

import org.jspecify.annotations.NullMarked;
