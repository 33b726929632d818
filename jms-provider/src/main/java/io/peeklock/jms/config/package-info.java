/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What can be set, in URLs and builders. */
@NullMarked
package io.peeklock.jms.config;

import org.jspecify.annotations.NullMarked;
