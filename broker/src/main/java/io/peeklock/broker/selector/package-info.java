/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Message selectors: their grammar and what they choose. */
@NullMarked
package io.peeklock.broker.selector;

import org.jspecify.annotations.NullMarked;
