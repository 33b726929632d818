/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application as it is tested. */
@SpringBootApplication
public class Shop {}
