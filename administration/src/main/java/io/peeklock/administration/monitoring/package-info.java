/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a namespace is at the moment, for many who look at it often. */
@NullMarked
package io.peeklock.administration.monitoring;

import org.jspecify.annotations.NullMarked;
