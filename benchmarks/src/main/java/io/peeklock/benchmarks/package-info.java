/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The load driver: what a run is to do, its rounds, its results as text. */
@NullMarked
package io.peeklock.benchmarks;

import org.jspecify.annotations.NullMarked;
