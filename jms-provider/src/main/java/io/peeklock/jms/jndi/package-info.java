/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Factories and destinations through JNDI. */
@NullMarked
package io.peeklock.jms.jndi;

import org.jspecify.annotations.NullMarked;
