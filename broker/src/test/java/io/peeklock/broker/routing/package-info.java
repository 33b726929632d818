/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of partition keys and the choice of partitions. */
@NullMarked
package io.peeklock.broker.routing;

import org.jspecify.annotations.NullMarked;
