/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Figures of a run: gathered, compared, held against what is asked. */
@NullMarked
package io.peeklock.benchmarks.report;

import org.jspecify.annotations.NullMarked;
