/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test.shop;

import org.springframework.jms.annotation.JmsListener;
import org.springframework.stereotype.Component;

/** What listens to something else. */
@Component
public class Complaints {

    @JmsListener(destination = "complaints")
    void take(String complaint) {
        throw new IllegalStateException(complaint);
    }
}
