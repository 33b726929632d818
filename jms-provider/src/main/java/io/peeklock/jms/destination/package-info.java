/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Queues and topics as values. */
@NullMarked
package io.peeklock.jms.destination;

import org.jspecify.annotations.NullMarked;
