/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Peeklock in Spring Boot, 3.5 and 4.1 alike: only what both have under one name is used here. */
@NullMarked
package io.peeklock.spring.boot;

import org.jspecify.annotations.NullMarked;
