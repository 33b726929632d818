/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The programs that measure, each in a JVM of its own, and what they tell. */
@NullMarked
package io.peeklock.benchmarks.process;

import org.jspecify.annotations.NullMarked;
