/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** A café: orders by {@code @JmsListener}, one that nobody can make, and how it goes back from the dead-letter queue. */
@NullMarked
package io.peeklock.samples.cafe;

import org.jspecify.annotations.NullMarked;
