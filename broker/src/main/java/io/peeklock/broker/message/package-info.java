/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Messages as the bus keeps them: immutable, neutral, encoded once. */
@NullMarked
package io.peeklock.broker.message;

import org.jspecify.annotations.NullMarked;
