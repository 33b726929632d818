/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What is measured by programs of its own: starting, very long queues, cost with size. */
@NullMarked
package io.peeklock.benchmarks.study;

import org.jspecify.annotations.NullMarked;
