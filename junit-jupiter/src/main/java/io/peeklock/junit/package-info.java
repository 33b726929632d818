/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** A namespace in memory for each test of JUnit Jupiter. */
@NullMarked
package io.peeklock.junit;

import org.jspecify.annotations.NullMarked;
