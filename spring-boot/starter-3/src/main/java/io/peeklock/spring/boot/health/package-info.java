/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Peeklock's health, for the Actuator of this version of Spring Boot. */
@NullMarked
package io.peeklock.spring.boot.health;

import org.jspecify.annotations.NullMarked;
