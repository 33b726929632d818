/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of messages and their bytes. */
@NullMarked
package io.peeklock.broker.message;

import org.jspecify.annotations.NullMarked;
