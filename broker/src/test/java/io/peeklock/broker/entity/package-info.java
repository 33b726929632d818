/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of names, settings and definitions of entities. */
@NullMarked
package io.peeklock.broker.entity;

import org.jspecify.annotations.NullMarked;
