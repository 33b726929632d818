/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** MXBeans of a namespace. */
@NullMarked
package io.peeklock.administration.jmx;

import org.jspecify.annotations.NullMarked;
