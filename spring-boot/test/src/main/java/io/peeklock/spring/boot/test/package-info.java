/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of Spring Boot applications with a namespace in memory in the place of the configured broker. */
@NullMarked
package io.peeklock.spring.boot.test;

import org.jspecify.annotations.NullMarked;
