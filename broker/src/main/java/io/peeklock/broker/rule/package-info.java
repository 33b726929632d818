/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Rules of subscriptions: their filters, their actions, and which of many match a message. */
@NullMarked
package io.peeklock.broker.rule;

import org.jspecify.annotations.NullMarked;
