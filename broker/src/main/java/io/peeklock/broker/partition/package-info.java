/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** A partition: a serial state machine that owns its journal. */
@NullMarked
package io.peeklock.broker.partition;

import org.jspecify.annotations.NullMarked;
