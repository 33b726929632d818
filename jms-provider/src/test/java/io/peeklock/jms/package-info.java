/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Jakarta Messaging proved on a broker in memory. */
@NullMarked
package io.peeklock.jms;

import org.jspecify.annotations.NullMarked;
