/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.health;

import io.peeklock.spring.boot.HealthContract;
import org.springframework.boot.actuate.autoconfigure.jms.JmsHealthContributorAutoConfiguration;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

final class PeeklockHealthAutoConfigurationTest extends HealthContract {

    PeeklockHealthAutoConfigurationTest() {
        super(
                HealthIndicator.class,
                PeeklockHealthAutoConfiguration.class,
                JmsHealthContributorAutoConfiguration.class);
    }

    @Override
    protected Shown look(Object indicator) {
        Health health = ((HealthIndicator) indicator).health();
        return new Shown(health.getStatus().getCode(), health.getDetails());
    }
}
