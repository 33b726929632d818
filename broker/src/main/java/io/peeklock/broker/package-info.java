/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The bus: namespaces, entities, partitions, locks, sessions, timers and rules. */
@NullMarked
package io.peeklock.broker;

import org.jspecify.annotations.NullMarked;
