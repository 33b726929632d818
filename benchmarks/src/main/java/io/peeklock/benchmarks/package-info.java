/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** JMH benchmarks and load drivers that run Peeklock beside its peers. */
@NullMarked
package io.peeklock.benchmarks;

import org.jspecify.annotations.NullMarked;
