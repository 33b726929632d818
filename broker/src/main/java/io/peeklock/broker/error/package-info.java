/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the bus says when something cannot be done. */
@NullMarked
package io.peeklock.broker.error;

import org.jspecify.annotations.NullMarked;
