/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a broker of its own costs a test. */
@NullMarked
package io.peeklock.benchmarks.testing;

import org.jspecify.annotations.NullMarked;
