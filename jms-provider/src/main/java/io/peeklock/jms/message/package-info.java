/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The five kinds of Jakarta Messaging messages, and how they become messages of the bus and back. */
@NullMarked
package io.peeklock.jms.message;

import org.jspecify.annotations.NullMarked;
