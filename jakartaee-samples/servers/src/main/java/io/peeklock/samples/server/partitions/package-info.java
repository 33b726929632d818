/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What has one partition key is together: in one partition, in order, and in one transaction. */
@NullMarked
package io.peeklock.samples.server.partitions;

import org.jspecify.annotations.NullMarked;
