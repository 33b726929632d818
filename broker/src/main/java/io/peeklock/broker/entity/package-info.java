/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Entities: their paths, settings and definitions. */
@NullMarked
package io.peeklock.broker.entity;

import org.jspecify.annotations.NullMarked;
