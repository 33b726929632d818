/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the whole bus as its users have it: through Jakarta Messaging, in processes that are killed, with bad input. */
@NullMarked
package io.peeklock.systemtests;

import org.jspecify.annotations.NullMarked;
