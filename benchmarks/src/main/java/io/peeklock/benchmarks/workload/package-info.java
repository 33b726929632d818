/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What is measured: who sends and receives what, and the durable writes behind it. */
@NullMarked
package io.peeklock.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
