/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Jakarta Messaging 3.1 on the broker. */
@NullMarked
package io.peeklock.jms;

import org.jspecify.annotations.NullMarked;
