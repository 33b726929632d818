/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Connections that applications ask for: connection factories, managed connections and the handles of both. */
@NullMarked
package io.peeklock.ra.outbound;

import org.jspecify.annotations.NullMarked;
