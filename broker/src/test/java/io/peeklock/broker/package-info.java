/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of this package, and what they share. */
@NullMarked
package io.peeklock.broker;

import org.jspecify.annotations.NullMarked;
