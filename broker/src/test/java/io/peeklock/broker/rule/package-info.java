/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of rules. */
@NullMarked
package io.peeklock.broker.rule;

import org.jspecify.annotations.NullMarked;
