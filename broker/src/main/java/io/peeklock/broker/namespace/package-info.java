/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The namespace over partitions in this process. */
@NullMarked
package io.peeklock.broker.namespace;

import org.jspecify.annotations.NullMarked;
