/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Orders go from a queue into a database table and on to a topic, each in one transaction, whatever is killed. */
@NullMarked
package io.peeklock.samples.transfer;

import org.jspecify.annotations.NullMarked;
