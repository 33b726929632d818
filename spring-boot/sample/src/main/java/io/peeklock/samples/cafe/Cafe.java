/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.cafe;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application: an {@link Evening}, and then it ends. */
@SpringBootApplication
public class Cafe {

    /** @param arguments names of drinks, for an evening with these orders; {@code --peeklock.directory=...} and the like */
    public static void main(String[] arguments) {
        SpringApplication.run(Cafe.class, arguments).close();
    }
}
