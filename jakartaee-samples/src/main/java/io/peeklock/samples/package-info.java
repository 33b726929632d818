/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Runnable samples, one package a story. */
@NullMarked
package io.peeklock.samples;

import org.jspecify.annotations.NullMarked;
