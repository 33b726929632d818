/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** A message-driven bean has its messages under peek-lock, without a transaction. */
@NullMarked
package io.peeklock.samples.server.peeklock;

import org.jspecify.annotations.NullMarked;
