/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Holds the provider to Jakarta Messaging 3.1, chapter by chapter; tags such as {@code JMS-6.2.9} name the section. Each
 * test runs on the kinds of queue or topic it holds for.
 */
@NullMarked
package io.peeklock.systemtests.conformance;

import org.jspecify.annotations.NullMarked;
