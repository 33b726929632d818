/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** A namespace in memory for a test, with a clock that the test moves; for any test framework. */
@NullMarked
package io.peeklock.testing;

import org.jspecify.annotations.NullMarked;
