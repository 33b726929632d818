/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Narayana as transaction manager: set up in one line, with recovery that is checked. */
@NullMarked
package io.peeklock.narayana;

import org.jspecify.annotations.NullMarked;
