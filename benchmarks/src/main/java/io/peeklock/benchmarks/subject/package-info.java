/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What it is measured on: providers, and what lies below them. */
@NullMarked
package io.peeklock.benchmarks.subject;

import org.jspecify.annotations.NullMarked;
